import "server-only";
import { log } from "@/lib/process/log";
import { processWide } from "@/lib/process/process-wide";

/**
 * What need not be in the database at once and is asked for too often to be written each time: it is collected and
 * written together. A process that is killed loses what it has collected, one that is stopped writes it first.
 */
export class WriteBehind<Item> {
  private items = new Map<string, Item>();
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> = Promise.resolve();
  private readonly name: string;
  private readonly delayMs: number;
  private readonly write: (items: Item[]) => Promise<void>;
  private readonly join: (older: Item, newer: Item) => Item;

  /** @param join what two items under one key become; without it the newer one replaces the older */
  constructor(
    name: string,
    delayMs: number,
    write: (items: Item[]) => Promise<void>,
    join: (older: Item, newer: Item) => Item = (_, newer) => newer,
  ) {
    this.name = name;
    this.delayMs = delayMs;
    this.write = write;
    this.join = join;
    all().add(this);
  }

  add(key: string, item: Item) {
    const older = this.items.get(key);
    this.items.set(key, older === undefined ? item : this.join(older, item));
    this.timer ??= setTimeout(() => void this.flush(), this.delayMs).unref();
  }

  /** Writes what has been collected; one writing after the other. */
  flush(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.writing = this.writing.then(() => this.writeNow());
    return this.writing;
  }

  private async writeNow() {
    const items = this.items;
    this.items = new Map();
    if (items.size === 0) return;
    try {
      await this.write([...items.values()]);
    } catch {
      log("error", "write_behind.failed", { what: this.name, items: items.size });
      this.keep(items);
    }
  }

  /** For the next time, unless there are too many already: a database may be away for long. */
  private keep(items: Map<string, Item>) {
    if (items.size + this.items.size > MOST_KEPT) return;
    const newer = this.items;
    this.items = new Map();
    for (const [key, item] of [...items, ...newer]) this.add(key, item);
  }
}

const MOST_KEPT = 10_000;

type Flushable = { flush(): Promise<void> };

const all = processWide("write-behinds", () => new Set<Flushable>());

/** Resolves when everything that was collected in this process has been written. */
export async function everythingWritten(): Promise<void> {
  await Promise.all([...all()].map((each) => each.flush()));
}
