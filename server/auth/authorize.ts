import { AppError } from '#shared/errors.ts'
import { permissions, type KeyScope, type Permission, type Role } from '#shared/permissions.ts'
import type { Caller } from './caller.ts'

/** `own`: only what the caller started or made. */
export type Grant = true | 'own'
type Rule = { roles: { [R in Role]?: Grant }; scopes: { [S in KeyScope]?: Grant } }

const rules: { readonly [name: string]: Rule } = permissions

/** What a caller may do under a permission; throws `forbidden` when nothing. The table in shared/ is the only source. */
export function authorize(permission: Exclude<Permission, 'anyone'>, caller: Caller): Grant {
  if (permission === 'signedIn') return true
  const rule = rules[permission]
  const grant =
    rule &&
    least(rule.roles[caller.role], caller.scopes === undefined ? true : most(caller.scopes.map((scope) => rule.scopes[scope])))
  if (grant === undefined)
    throw new AppError(
      'forbidden',
      caller.scopes === undefined ? 'Your role does not allow this.' : 'This API key does not allow this.',
    )
  return grant
}

/** Whether a caller has that permission, for more than their own. */
export function allows(permission: keyof typeof permissions, { role, scopes }: Caller): boolean {
  const rule = rules[permission]
  return rule?.roles[role] === true && (scopes === undefined || scopes.some((scope) => rule.scopes[scope] === true))
}

/**
 * Whether a role can do something of everything a scope allows, so that nobody makes a key for what they can't do at
 * all. A key does no more than the person who made it: what they may do with their own only, it does with theirs only.
 */
export function canGiveScope(role: Role, scope: KeyScope): boolean {
  return Object.values(rules).every((rule) => rule.scopes[scope] === undefined || rule.roles[role] !== undefined)
}

function least(a: Grant | undefined, b: Grant | undefined): Grant | undefined {
  if (a === undefined || b === undefined) return undefined
  return a === 'own' || b === 'own' ? 'own' : true
}

function most(grants: (Grant | undefined)[]): Grant | undefined {
  if (grants.includes(true)) return true
  return grants.includes('own') ? 'own' : undefined
}
