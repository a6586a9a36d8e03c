import type { Pool } from 'pg'
import type { CodeSandbox, Engine, EngineLimits, Log } from '#engine/index.ts'
import type { Catalog } from '#shared/manifest.ts'
import type { EgressDirectory } from './egress/egress-directory.ts'
import type { TypeChecker } from './code-types/type-checker.ts'
import type { EndpointDirectory } from './hooks/endpoint-directory.ts'
import type { KeepForLater } from './requests/keep-for-later.ts'
import type { StrangerRates } from './http/stranger-limits.ts'
import type { KeptSender } from './requests/kept-sender.ts'
import type { SecretStore } from './secrets/secret-store.ts'
import type { SharedValues } from './secrets/shared-values.ts'
import type { Packages } from './packages/create-packages.ts'
import type { BodyReader } from './http/read-body.ts'
import type { TrustedProxies } from './http/trusted-proxies.ts'
import type { MailCounts } from './mail/mail-counts.ts'

/** What the HTTP side is built on; `main.ts` makes the real ones, tests make them with a database of their own. */
export interface Deps {
  pool: Pool
  engine: Engine
  code: CodeTools
  types: TypeChecker
  catalog: Catalog
  endpoints: EndpointDirectory
  egress: EgressDirectory
  kept: KeptSender
  keepForLater: KeepForLater
  secrets: SecretStore
  sharedValues: SharedValues
  packages: Packages
  readBody: BodyReader
  /** What pages of forms are signed with: the first signs, all are believed. */
  formKeys: readonly Uint8Array[]
  mailCounts: MailCounts
  log: Log
  settings: Settings
  /** Fires when the process ends: whoever is still held is answered now. */
  stopping: AbortSignal
}

export type CodeTools = Pick<CodeSandbox, 'compileCode' | 'checkCode' | 'findCodeProblems' | 'importsOf' | 'layers' | 'warm'>

/** How e-mail comes in. */
export interface MailSettings {
  /** Whether an SMTP listener takes it here. */
  isOn: boolean
  /** What stands behind the @: the first is shown, all are taken. */
  domains: readonly string[]
}

export interface Settings {
  /** `http://host:port` people see; links and the origin check use it. */
  publicUrl: string
  /** In front of `/hooks`, `/resume` and `/forms`. */
  hooksUrl: string
  /** Whether only this machine can reach the server. */
  listensOnLoopback: boolean
  /** Proxies that are believed about whom they pass on. */
  trustedProxies: TrustedProxies
  /** The instance's first workspace. */
  workspaceId: string
  /** HOLDFAST_API_KEY. */
  apiKey: string | undefined
  maxBodyBytes: number
  maxUrlBytes: number
  strangerRates: StrangerRates
  maxJsonDepth: number
  /** Requests kept of a flow that is a draft, off or paused. */
  mostKeptRequests: number
  /** A request that isn't read whole by then, counted from its first byte, is cut off. */
  requestTimeoutMs: number
  mail: MailSettings
  /** The built web interface; absent where it isn't served from files. */
  webFolder: string | undefined
  version: string
  role: 'all' | 'web' | 'worker'
  limits: EngineLimits
  /** Private address ranges that calls may go to. */
  egressPrivate: readonly string[]
}
