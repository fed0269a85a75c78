/** Processes that serve the same links, each in a slot of its own, killed and replaced as the weather has it. */
export class Crew {
  #start;
  #slots;

  /** @param start starts a process */
  constructor(start, size) {
    this.#start = start;
    this.#slots = Array.from({ length: size }, () => start());
  }

  get size() {
    return this.#slots.length;
  }

  slots() {
    return [...this.#slots.keys()];
  }

  /** Those that are ready to be asked; one at least. */
  async ready() {
    await Promise.race(this.#slots);
    const started = await Promise.all(
      this.#slots.map((slot) => Promise.race([slot, Promise.resolve(null)])),
    );
    return started.filter((process) => process !== null);
  }

  /** As `kill -9` does. Its successor starts while the others serve. */
  async kill(slot) {
    const process = await this.#slots[slot];
    await process.kill();
    this.#slots[slot] = this.#start();
  }

  /** As a deploy does: it may finish what it has begun, and the next one is replaced when its successor serves. */
  async replace(slot) {
    const process = await this.#slots[slot];
    await process.end();
    this.#slots[slot] = this.#start();
    await this.#slots[slot];
  }

  async end() {
    await Promise.all(this.slots().map(async (slot) => (await this.#slots[slot]).end()));
  }
}
