"use client";

import { type KeyboardEvent, useRef, useState, useSyncExternalStore } from "react";
import type { Offer } from "@/lib/portals/offer";
import { choice } from "@/messages/en";
import { ChoiceSelect } from "./choice-select";
import { field } from "./field";
import { matching } from "./matching";

type Props = { id: string; label: string; options: Offer["options"]; preselected: string };

const never = () => () => {};

/** A select that can be searched. Without JavaScript it is the select alone. */
export function ChoiceSearch({ id, label, options, preselected }: Props) {
  const alive = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const select = useRef<HTMLSelectElement>(null);
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState(preselected);

  const searching = words.trim() !== "";
  const matches = matching(options, words);
  const shown = matches.find(({ connection }) => connection === chosen) ?? matches[0];

  const downToTheList = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    select.current?.focus();
  };

  // A list does not send its form as a text field does. The button is pressed, because it knows when not to.
  const onward = (event: KeyboardEvent<HTMLSelectElement>) => {
    if (event.key !== "Enter") return;
    event.currentTarget.form?.querySelector<HTMLButtonElement>("[type=submit]")?.click();
  };

  return (
    <div className="space-y-3">
      {alive && (
        <div>
          <label htmlFor={`${id}-search`} className={field.label}>
            {choice.search(label)}
          </label>
          <input
            id={`${id}-search`}
            type="search"
            autoComplete="off"
            placeholder={choice.searchPlaceholder}
            value={words}
            onChange={(event) => setWords(event.target.value)}
            onKeyDown={downToTheList}
            className={field.control}
          />
          <p aria-live="polite" className={`text-ink-soft text-sm ${searching ? "mt-1.5" : ""}`}>
            {searching && choice.matches(matches.length, options.length)}
          </p>
        </div>
      )}
      <ChoiceSelect
        ref={select}
        id={id}
        label={label}
        options={matches}
        size={searching ? 4 : undefined}
        value={shown?.connection ?? ""}
        onChange={(event) => setChosen(event.target.value)}
        onKeyDown={searching ? onward : undefined}
      />
    </div>
  );
}
