import type { LineMark } from '../line-marks.ts'
import type { PackageDetail, PackageSummary, RegistryPackage } from '#shared/api.ts'

/** What can be done about a package that the code imports and can't have yet. */
export type PackageOffer = { name: string; line: number; column: number } & (
  | { kind: 'looking' }
  | { kind: 'offered'; version: string; description: string }
  | { kind: 'installing'; version: string; said: string | undefined }
  | { kind: 'failed'; version: string; reason: string }
  /** The registry doesn't know it, or can't be asked: in words. */
  | { kind: 'unavailable'; reason: string }
)

interface Known {
  /** What the workspace has under this name. */
  own: PackageSummary | PackageDetail | undefined
  found: RegistryPackage | undefined
  /** Why the registry gave nothing. */
  problem: string | undefined
}

/** What to say of one import; undefined when the package is there. */
export function packageOffer(
  place: { name: string; line: number; column: number },
  { own, found, problem }: Known,
): PackageOffer | undefined {
  if (own?.state === 'ready') return undefined
  if (own?.state === 'installing')
    return { ...place, kind: 'installing', version: own.version, said: 'log' in own ? own.log.at(-1) : undefined }
  if (own !== undefined) return { ...place, kind: 'failed', version: own.version, reason: own.reason ?? 'It gave no reason.' }
  if (problem !== undefined) return { ...place, kind: 'unavailable', reason: problem }
  if (found === undefined) return { ...place, kind: 'looking' }
  return { ...place, kind: 'offered', version: found.version, description: found.description }
}

/** What stands at the end of the import's line; nothing as long as nothing is known. */
export function offerMark(offer: PackageOffer, mayAdd: boolean): LineMark | undefined {
  const mark = (kind: LineMark['kind'], said: string, message = said) => ({
    kind,
    line: offer.line,
    column: undefined,
    message,
    said,
  })
  const { name } = offer
  switch (offer.kind) {
    case 'looking':
      return undefined
    case 'offered':
      return mayAdd
        ? mark('offer', `Add ${name} ${offer.version} to this workspace?`, `A click or Ctrl+. adds ${name} ${offer.version}.`)
        : mark('log', `Ask an admin to add ${name}`)
    case 'installing':
      return mark('log', `Installing ${name} ${offer.version}…`, offer.said)
    case 'failed':
      return mark('log', `${name} ${offer.version} could not be installed`, offer.reason)
    case 'unavailable':
      return mark('log', `${name} isn’t in this workspace`, offer.reason)
  }
}
