import { egressRules, type FindEgressAllow, type SecretDesk } from '#engine/index.ts'
import { isAppError } from '#shared/errors.ts'
import type { Json } from '#shared/json.ts'
import { secretsOf, WebhookVerify } from '#shared/webhook-verify.ts'
import { checkFor } from './check-for.ts'
import type { FindKeys, KeySets } from './key-sets.ts'
import { distrust, type SignedRequest, type Verdict } from './verdict.ts'

/** Tells whether requests come from where they say they do. */
export type Verifier = (request: SignedRequest) => Promise<Verdict>

/** Makes what checks the requests to a flow's address, as its trigger's `verify` says. */
export type VerifierMaker = (whose: Whose, verify: Json) => Verifier

interface Whose {
  workspaceId: string
  flowId: string
  /** The hosts its calls are narrowed to. */
  egressAllow?: readonly string[] | undefined
}

export function createVerifierMaker({
  secrets,
  keySets,
  findEgressAllow,
}: {
  secrets: SecretDesk
  keySets: KeySets
  findEgressAllow: FindEgressAllow
}): VerifierMaker {
  return (whose, params) => {
    const verify = WebhookVerify.safeParse(params)
    // Of a draft that is still being written: whoever sends to it can't be told apart from anybody else.
    if (!verify.success) return async () => distrust('check_unreadable')
    const openSecret = (name: string) => secrets.open(whose, name).then(({ value }) => value)
    const findKeys: FindKeys = async (url, mayBeOld) =>
      keySets.find(url, mayBeOld, egressRules(whose.egressAllow, await findEgressAllow(whose.workspaceId)))
    return createVerifier(verify.data, { openSecret, findKeys })
  }
}

interface VerifierOptions {
  /** The value of a secret the flow may use; throws an AppError when there is none. */
  openSecret(name: string): Promise<string>
  findKeys: FindKeys
}

/** A changed secret counts within this time; until then a request costs no look-up of its own. */
const rememberedMs = 2_000

function createVerifier(verify: WebhookVerify, options: VerifierOptions): Verifier {
  const check = checkFor(verify, options.findKeys)
  const names = secretsOf(verify)
  let opened: { at: number; secrets: Promise<string[]> } | undefined

  /** While two are changed over, one of them may not be there yet, or any more. */
  async function open(): Promise<string[]> {
    const found = await Promise.all(
      names.map((name) =>
        options.openSecret(name).catch((error: unknown) => {
          if (isAppError(error) && error.code === 'secret_unavailable') return undefined
          throw error
        }),
      ),
    )
    // A line break that was copied along with a secret must not make every request wrong.
    const asWritten = found.filter((secret) => secret !== undefined)
    return [...new Set([...asWritten, ...asWritten.map((secret) => secret.trim())])].filter((secret) => secret !== '')
  }

  function secretsNow(): Promise<string[]> {
    const now = performance.now()
    if (opened && now - opened.at < rememberedMs) return opened.secrets
    const asked = { at: now, secrets: open() }
    opened = asked
    asked.secrets.catch(() => {
      if (opened === asked) opened = undefined
    })
    return asked.secrets
  }

  return async (request) => {
    const secrets = names.length === 0 ? [] : await secretsNow()
    if (names.length > 0 && secrets.length === 0) return distrust('secret_unavailable')
    return check(request, secrets, Date.now())
  }
}
