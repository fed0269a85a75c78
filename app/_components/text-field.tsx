import { field } from "./field";

type Props = {
  id: string;
  name: string;
  label: string;
  maxLength: number;
  hint?: string | undefined;
  /** Not shown while it is typed. */
  secret?: boolean;
  optional?: boolean;
  autoComplete?: "username" | "current-password" | "off";
};

/** One line to type, always empty to begin with: typed text never comes back on a page. */
export function TextField({
  id,
  name,
  label,
  maxLength,
  hint,
  secret = false,
  optional = false,
  autoComplete = "off",
}: Props) {
  return (
    <div>
      <label htmlFor={id} className={field.label}>
        {label}
      </label>
      <input
        id={id}
        name={name}
        type={secret ? "password" : "text"}
        required={!optional}
        maxLength={maxLength}
        autoComplete={autoComplete}
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        aria-describedby={hint && `${id}-hint`}
        className={field.control}
      />
      {hint && (
        <p id={`${id}-hint`} className="mt-1.5 text-ink-soft text-sm">
          {hint}
        </p>
      )}
    </div>
  );
}
