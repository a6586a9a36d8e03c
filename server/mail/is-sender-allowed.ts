/** Whether a sender is in a list of addresses and domains; an empty list lets everybody in. */
export function isSenderAllowed(sender: string, allowed: readonly string[]): boolean {
  if (allowed.length === 0) return true
  const address = sender.toLowerCase()
  const domain = address.slice(address.lastIndexOf('@') + 1)
  return allowed.some((entry) => {
    const wanted = entry.trim().toLowerCase()
    const at = wanted.lastIndexOf('@')
    return at > 0 ? wanted === address : address.includes('@') && wanted.slice(at + 1) === domain
  })
}
