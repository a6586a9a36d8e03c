import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { AppError } from '#shared/errors.ts'

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt)

// OWASP's second setting for scrypt: 32 MiB and about a tenth of a second a try.
const cost = { N: 2 ** 15, r: 8, p: 3 }
const keyBytes = 32
const minLength = 12
const maxLength = 1000

/** Throws `invalid_request` for a password nobody should use here. */
export function checkNewPassword(password: string): void {
  const length = Array.from(password).length
  if (length >= minLength && length <= maxLength) return
  const message = length < minLength ? `Use at least ${minLength} characters` : `Use at most ${maxLength} characters`
  throw new AppError('invalid_request', `${message} for the password.`, { errors: [{ path: 'password', message }] })
}

/** `scrypt$N$r$p$salt$key`, so that the cost can rise later without locking anybody out. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password.normalize('NFC'), salt, keyBytes, { ...cost, maxmem: 256 * cost.N * cost.r })
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$')
}

// What a password is compared with when there is no such account: it takes as long and never matches.
const nobody = `scrypt$${cost.N}$${cost.r}$${cost.p}$${randomBytes(16).toString('base64url')}$${randomBytes(keyBytes).toString('base64url')}`

/** Whether the password is the one that was hashed; an unknown account takes as long as a wrong password. */
export async function isPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [, N, r, p, salt, key] = (hash ?? nobody).split('$')
  const expected = Buffer.from(key ?? '', 'base64url')
  const settings = { N: Number(N), r: Number(r), p: Number(p) }
  const actual = await derive(
    password.normalize('NFC').slice(0, maxLength * 2),
    Buffer.from(salt ?? '', 'base64url'),
    expected.length,
    {
      ...settings,
      maxmem: 256 * settings.N * settings.r,
    },
  )
  return timingSafeEqual(actual, expected) && hash !== undefined
}
