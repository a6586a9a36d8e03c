import { AppError } from '#shared/errors.ts'
import type { Distrust } from './verdict.ts'

/** What a sender is told whose request is not believed: enough to mend its own side, nothing of ours. */
const words: { readonly [reason in Distrust]: string } = {
  signature_missing: 'The request is not signed in the way this address expects.',
  signature_wrong: 'The signature is not that of this request. Check the secret, and that the body is sent as it was signed.',
  timestamp_missing: 'The request does not say when it was signed.',
  timestamp_old: 'The request was signed too long ago, or its sender’s clock is wrong.',
  secret_unavailable: 'This address can’t check who sends for now: the secret for it is missing.',
  keys_unavailable: 'The keys to check this request with can’t be had at the moment. Send it again later.',
  keys_not_allowed: 'This address can’t check who sends for now: it may not ask for the keys. Send it again later.',
  check_unreadable: 'This address can’t check who sends for now: how to is not filled in right.',
}

export function distrustError(reason: Distrust): AppError {
  const isWorthRepeating = reason === 'keys_unavailable' || reason === 'keys_not_allowed'
  return new AppError(isWorthRepeating ? 'not_ready' : 'invalid_signature', words[reason])
}

export function isDistrust(reason: string | null): reason is Distrust {
  return reason !== null && Object.hasOwn(words, reason)
}
