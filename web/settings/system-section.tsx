export function SystemSection() { return null }
