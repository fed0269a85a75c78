/** Nothing. Without this file Next finds the repository's own, and starts what Portico starts. */
export function register() {}
