"use client";

import { type ChangeEvent, type KeyboardEvent, useLayoutEffect, useRef, useState } from "react";
import { bestMatch, matching } from "@/lib/portals/matching";
import { ChoiceSelect } from "./choice-select";
import { field } from "./field";
import type { OptionGroup } from "./option-groups";

export type SearchWords = {
  label: string;
  hint: string;
  all: string;
  noMatch: string;
  /** What stands before and after the number of matches. */
  matches: readonly [string, string];
};

type Props = {
  id: string;
  label: string;
  groups: readonly OptionGroup[];
  placeholder: string;
  /** Empty where there is none. */
  preselected: string;
  words: SearchWords;
};

/**
 * A select that can be searched. The server sends it as it stands once scripts run, so that nothing moves then; a form
 * that is sent before that is understood by the server. Without JavaScript it is the select alone.
 */
export function ChoiceSearch({ id, label, groups, placeholder, preselected, words: said }: Props) {
  const search = useRef<HTMLInputElement>(null);
  const select = useRef<HTMLSelectElement>(null);
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState(preselected);
  const [isOpen, setOpen] = useState(false);

  // Keeps what was typed and chosen before this script ran.
  useLayoutEffect(() => {
    if (search.current) setWords(search.current.value);
    if (select.current) setChosen(select.current.value);
  }, []);

  const searching = words.trim() !== "";
  const options = groups.flatMap((group) => group.options);
  const matches = matching(options, words);
  const left = groups
    .map((group) => ({ ...group, options: group.options.filter((each) => matches.includes(each)) }))
    .filter((group) => group.options.length > 0);

  const typed = (event: ChangeEvent<HTMLInputElement>) => {
    setWords(event.target.value);
    setOpen(true);
  };

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
      <div className="noscript:hidden">
        <label htmlFor={`${id}-search`} className={field.label}>
          {said.label}
        </label>
        <input
          ref={search}
          id={`${id}-search`}
          name="words"
          type="search"
          autoComplete="off"
          placeholder={said.hint}
          maxLength={100}
          value={words}
          onChange={typed}
          onKeyDown={downToTheList}
          className={field.control}
        />
        <p aria-live="polite" className="mt-1.5 text-ink-soft text-sm">
          {searching ? resultOf(matches.length, said) : said.all}
        </p>
      </div>
      <ChoiceSelect
        ref={select}
        id={id}
        label={label}
        groups={left}
        placeholder={searching ? null : placeholder}
        size={searching && isOpen ? 4 : undefined}
        value={searching ? (bestMatch(options, words, chosen)?.connection ?? "") : chosen}
        onChange={(event) => setChosen(event.target.value)}
        onKeyDown={searching ? onward : undefined}
      />
    </div>
  );
}

function resultOf(count: number, { noMatch, matches }: SearchWords) {
  return count === 0 ? noMatch : matches.join(String(count));
}
