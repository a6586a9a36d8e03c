import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

const Content = z.object({
  /** Of which form. */
  path: z.string(),
  /** What makes everything that is sent from one page one submission. */
  key: z.string(),
  /** The signed-in member it was made for. */
  userId: z.string().optional(),
  until: z.number(),
})
export type FormToken = z.infer<typeof Content>

/** A member's page is worth a signature for a day; anybody's as long as keys are remembered. */
const dayMs = 86_400_000

/**
 * What a form's page carries: that we made it, for which form and whom, and the key of its submission. Making one
 * writes nothing. A browser sends no cookie along with a form from a page that is shown as if from nowhere, so who is
 * signed in travels in it as well.
 */
export function makeFormToken(
  keys: readonly Uint8Array[],
  { path, userId, now }: { path: string; userId?: string | undefined; now: number },
): string {
  const [key] = keys
  if (!key) throw new Error('There is no signing key')
  const until = now + (userId === undefined ? 7 * dayMs : dayMs)
  const content: FormToken = {
    path,
    key: randomBytes(16).toString('base64url'),
    ...(userId === undefined ? {} : { userId }),
    until,
  }
  const text = Buffer.from(JSON.stringify(content)).toString('base64url')
  return `${text}.${sign(key, text)}`
}

/** What a token says; undefined when it is not ours, for another form, or too old. */
export function readFormToken(keys: readonly Uint8Array[], token: string, path: string, now: number): FormToken | undefined {
  const [text, signature] = token.split('.')
  if (text === undefined || signature === undefined) return undefined
  const given = Buffer.from(signature)
  const isOurs = keys.some((key) => {
    const expected = Buffer.from(sign(key, text))
    return expected.length === given.length && timingSafeEqual(expected, given)
  })
  if (!isOurs) return undefined
  const content = Content.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
  return content.path === path && content.until > now ? content : undefined
}

function sign(key: Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url')
}
