"use client";

import { Chip } from "../../_components/chip";
import { Icon, type Sign } from "../../_components/icon";
import { ReconnectForm, type ReconnectWords } from "./reconnect-form";

/** What many rows have in common is sent once, and a row names it by its place. */
export type Shared = {
  portals: readonly {
    /** The drawing of its initials. */
    badge: string;
    name: string;
    group: string | null;
    /** Set where it is for trying things out. */
    environment: string | null;
  }[];
  states: readonly { sign: Sign; look: "good" | "calm" | "care"; word: string }[];
};

/** What a row shows, as text: hundreds of rows are sent to the browser in few words, and nothing where there is nothing. */
export type Row = {
  id: string;
  portal: number;
  state: number;
  who: string;
  /** When that was found out, and exactly. */
  when?: readonly [ago: string, exact: string];
  told?: string;
  action?: ReconnectWords;
};

export type RowList = { rows: readonly Row[]; shared: Shared };

/**
 * Links, one on each line: which portal, who it is there, and how it is. A line leads to everything else. Its look is in globals.css, so
 * that a line is little text.
 */
export function LinkRows({ rows, shared, id }: RowList & { id?: string | undefined }) {
  return (
    <ul id={id} className="link-list">
      {rows.map((row) => (
        <LinkRow key={row.id} row={row} shared={shared} />
      ))}
    </ul>
  );
}

function LinkRow({ row, shared }: { row: Row; shared: Shared }) {
  const { id, who, when, told, action } = row;
  const portal = shared.portals[row.portal];
  const state = shared.states[row.state];
  if (!portal || !state) return null;
  return (
    <li className="link-row">
      <svg className="link-badge" aria-hidden="true">
        <use href={`#${portal.badge}`} />
      </svg>
      <a
        href={`/dashboard/links/${id}`}
        className="link-name"
        id={action ? `link-${id}` : undefined}
      >
        <span>
          <b>{portal.name}</b> {portal.group && <small>{portal.group}</small>}
          {portal.environment && <Chip>{portal.environment}</Chip>}
        </span>
        {who && <span className="link-who">{who}</span>}
      </a>
      <p className={`link-state ink-${state.look}`}>
        <Icon sign={state.sign} />
        <b>{state.word}</b>
        {when && <span title={when[1]}>{when[0]}</span>}
      </p>
      {told && <p className="link-told">{told}</p>}
      {action && (
        <div className="link-action">
          <ReconnectForm words={action} describedBy={`link-${id}`} />
        </div>
      )}
    </li>
  );
}
