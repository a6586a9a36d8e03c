const listening = ['webhook', 'form', 'email']

/** Whether a start of this type listens at an address of its own, that strangers send to. */
export function hasOwnAddress(type: string): boolean {
  return listening.includes(type)
}
