/** Roles in a workspace, and what API keys can be given. */
export const roles = ['viewer', 'operator', 'builder', 'approver', 'admin', 'owner'] as const
export type Role = (typeof roles)[number]
export const keyScopes = ['read', 'run', 'build', 'admin'] as const
export type KeyScope = (typeof keyScopes)[number]

/** `own`: only what the caller started or was given. */
type Grant = true | 'own'
interface Rule {
  roles: { [R in Role]?: Grant }
  scopes: { [S in KeyScope]?: Grant }
}

const readers = { viewer: true, operator: true, builder: true, admin: true, owner: true } as const
const operators = { operator: true, builder: true, admin: true, owner: true } as const
const builders = { builder: true, admin: true, owner: true } as const
const admins = { admin: true, owner: true } as const

/** Who may do what: the only source. A route names one of these, or is not served. */
export const permissions = {
  'flows.read': { roles: readers, scopes: { read: true, build: true, admin: true } },
  'flows.edit': { roles: builders, scopes: { build: true, admin: true } },
  'runs.start': { roles: operators, scopes: { run: true, build: true, admin: true } },
  'steps.test': { roles: builders, scopes: { build: true, admin: true } },
  'runs.control': { roles: operators, scopes: { run: true, build: true, admin: true } },
  'runs.read': { roles: { ...readers, approver: 'own' }, scopes: { read: true, run: 'own', build: true, admin: true } },
  /** What is assigned to them; by a signed link anybody, without this. */
  'approvals.decide': { roles: { ...readers, approver: true }, scopes: {} },
  'events.send': { roles: operators, scopes: { run: true, build: true, admin: true } },
  'catalog.read': { roles: { ...readers, approver: true }, scopes: { read: true, run: true, build: true, admin: true } },
  'keys.manage': { roles: { ...admins, builder: 'own' }, scopes: { admin: true } },
  /** How the workspace is set up: where its flows may call. */
  'settings.manage': { roles: admins, scopes: { admin: true } },
  /** Names of secrets, and shared values with what they are; the value of a secret is for nobody. */
  'values.read': { roles: builders, scopes: { build: true, admin: true } },
  'values.change': { roles: { ...admins, builder: 'own' }, scopes: { build: true, admin: true } },
  /** Builders see what there is and ask what could be added; adding is an admin's. */
  'packages.read': { roles: builders, scopes: { build: true, admin: true } },
  'packages.manage': { roles: admins, scopes: { admin: true } },
  'system.read': { roles: admins, scopes: { admin: true } },
} as const satisfies Record<string, Rule>

export type Permission = keyof typeof permissions | 'anyone' | 'signedIn'

/** Whether somebody of that role may do anything of it, if only with what is their own. */
export function mayDo(role: string, permission: keyof typeof permissions): boolean {
  return Object.hasOwn(permissions[permission].roles, role)
}
