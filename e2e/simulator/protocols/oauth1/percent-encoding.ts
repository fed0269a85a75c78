/** RFC 5849 section 3.6: encodes all but the unreserved characters of RFC 3986, with capital letters. */
export function encode(text: string) {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Null for text that is not encoded like that: reserved characters, incomplete escapes, broken UTF-8. */
export function decode(encoded: string): string | null {
  if (!/^(?:[\w.~-]|%[\da-f]{2})*$/i.test(encoded)) return null;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return null;
  }
}
