import { hasOwnAddress } from '#shared/own-address.ts'

/** Whether somebody outside can send this start its first sample, while nothing runs yet. */
export function takesRequests(type: string | undefined): boolean {
  return type !== undefined && hasOwnAddress(type)
}
