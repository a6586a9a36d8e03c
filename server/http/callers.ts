/** Counts the connections of each address. */
export interface Callers<Id> {
  /** Whether the address may have this one too. */
  add(id: Id, address: string): boolean
  remove(id: Id): void
}

export function createCallers<Id>(most: number): Callers<Id> {
  const addresses = new Map<Id, string>()
  const counts = new Map<string, number>()
  return {
    add(id, address) {
      const count = counts.get(address) ?? 0
      if (count >= most) return false
      counts.set(address, count + 1)
      addresses.set(id, address)
      return true
    },
    remove(id) {
      const address = addresses.get(id)
      if (address === undefined) return
      addresses.delete(id)
      const left = (counts.get(address) ?? 1) - 1
      if (left === 0) counts.delete(address)
      else counts.set(address, left)
    },
  }
}
