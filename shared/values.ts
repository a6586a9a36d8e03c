import { z } from 'zod'
import { HostPattern } from './host-pattern.ts'
import { Json } from './json.ts'
import { reservedNames } from './reserved-names.ts'
import { Instant } from './run.ts'

const mostCharacters = 64 * 1024

/** What secrets and shared values are called. */
export const ValueName = z
  .string()
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/,
    'A name has 1 to 100 letters, digits and _ - . and begins with a letter, a digit or _',
  )
  .refine((name) => !reservedNames.has(name), 'This name means something else already')

/** A secret's value: it goes in and never comes out again. */
const SecretValue = z
  .string('A secret is text')
  .min(1, 'The value is empty')
  .max(mostCharacters, 'A secret has 65,536 characters at most')
  .refine((value) => value.isWellFormed(), 'The value is not valid text')

/** Where a reference to it may be sent; nowhere when the list is empty. */
const Hosts = z.array(HostPattern).max(50)
/** Which flows may use it. */
const Flows = z.union([z.literal('all'), z.array(z.string().min(1).max(100)).max(500)], 'Either "all", or a list of ids of flows')

export const NewSecret = z.object({ name: ValueName, value: SecretValue, hosts: Hosts.default([]), flows: Flows.default('all') })
/** What isn't given stays; `value` replaces the one before. */
export const SecretChange = z.object({ value: SecretValue.optional(), hosts: Hosts.optional(), flows: Flows.optional() })
export const SecretReplacement = SecretChange.extend({ value: SecretValue })

/** All that is ever told of a secret. */
export const SecretSummary = z.object({
  name: z.string(),
  /** Counts the values it has had. */
  version: z.number(),
  hosts: z.array(z.string()),
  flows: z.union([z.literal('all'), z.array(z.string())]),
  createdAt: Instant,
  updatedAt: Instant,
  lastUsedAt: Instant.nullable(),
})
export type SecretSummary = z.infer<typeof SecretSummary>

/** A value that every flow of the workspace reads as `vars.<name>`. */
export const Variable = z.object({ name: z.string(), value: Json, createdAt: Instant, updatedAt: Instant })
export type Variable = z.infer<typeof Variable>
export const NewVariable = z.object({ name: ValueName, value: Json })
export const VariableReplacement = z.object({ value: Json })

/** They travel with every run: a workspace has so many, and they take up so much. */
export const mostVariables = 500
export const mostVariableBytes = 256 * 1024
