/** So many entries come before it begins anew, or as many as it holds when that is more. */
const renewAfter = 64

/**
 * A map for what comes and goes all the time, such as the runs in hand. When a `Map` of V8 makes itself a new table it
 * leaves the old one linked to it, entries and all: once one such table is old, each later one, and whatever ever stood
 * in it, outlives every small collection, and is copied by it, until the next full one. This one moves to a `Map` of
 * its own before that becomes much. What is put in while it is walked through may be left out of the walk.
 */
export class PassingMap<Key, Value> {
  private entries = new Map<Key, Value>()
  private put = 0

  get size(): number {
    return this.entries.size
  }

  get(key: Key): Value | undefined {
    return this.entries.get(key)
  }

  has(key: Key): boolean {
    return this.entries.has(key)
  }

  set(key: Key, value: Value): void {
    if (++this.put > renewAfter && this.put > this.entries.size) {
      this.put = 0
      this.entries = new Map(this.entries)
    }
    this.entries.set(key, value)
  }

  delete(key: Key): boolean {
    return this.entries.delete(key)
  }

  keys(): MapIterator<Key> {
    return this.entries.keys()
  }

  values(): MapIterator<Value> {
    return this.entries.values()
  }

  [Symbol.iterator](): MapIterator<[Key, Value]> {
    return this.entries[Symbol.iterator]()
  }
}
