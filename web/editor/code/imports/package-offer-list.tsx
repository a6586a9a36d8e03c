import { Plus, PackagePlus, TriangleAlert } from 'lucide-react'
import { Button } from '../../../ui/button.tsx'
import { Spinner } from '../../../ui/spinner.tsx'
import type { PackageOffer } from './package-offer.ts'
import type { PackageOffers } from './use-package-offers.ts'

/** Under the code, for those who don't use the mouse or don't see the line: what is missing, and the button that adds it. */
export function PackageOfferList({ offers, add }: Pick<PackageOffers, 'offers' | 'add'>) {
  const shown = offers.filter(({ kind }) => kind !== 'looking')
  if (shown.length === 0) return null
  return (
    <ul aria-label="Packages that are missing" className="flex flex-col gap-1.5">
      {shown.map((offer) => (
        <li
          key={offer.name}
          className="flex min-h-10 items-center gap-2.5 rounded-field border border-line bg-sunken py-1 pr-1.5 pl-3 text-body"
        >
          <OfferIcon kind={offer.kind} />
          <OfferText offer={offer} mayAdd={add !== undefined} />
          {add !== undefined && (offer.kind === 'offered' || offer.kind === 'failed') && (
            <Button size="small" icon={<Plus size={15} />} onClick={() => add(offer.name, offer.version)}>
              {offer.kind === 'failed' ? 'Try again' : `Add ${offer.name} ${offer.version}`}
            </Button>
          )}
        </li>
      ))}
    </ul>
  )
}

function OfferIcon({ kind }: { kind: PackageOffer['kind'] }) {
  if (kind === 'installing') return <Spinner size={16} />
  return kind === 'offered' ? (
    <PackagePlus size={16} aria-hidden className="shrink-0 text-muted" />
  ) : (
    <TriangleAlert size={16} aria-hidden className="shrink-0 text-waiting" />
  )
}

function OfferText({ offer, mayAdd }: { offer: PackageOffer; mayAdd: boolean }) {
  const name = <b className="font-bold">{offer.name}</b>
  switch (offer.kind) {
    case 'looking':
      return null
    case 'offered':
      return (
        <p className="min-w-0 flex-1">
          {name} isn’t in this workspace yet.{!mayAdd && ' Ask an admin to add it.'}
          {offer.description !== '' && <span className="block truncate text-small text-muted">{offer.description}</span>}
        </p>
      )
    case 'installing':
      return (
        <p role="status" className="min-w-0 flex-1">
          Installing {name} {offer.version}…
          {offer.said !== undefined && <span className="block truncate font-mono text-small text-muted">{offer.said}</span>}
        </p>
      )
    case 'failed':
      return (
        <p role="alert" className="min-w-0 flex-1">
          {name} {offer.version} could not be installed. <span className="text-muted">{offer.reason}</span>
        </p>
      )
    case 'unavailable':
      return (
        <p className="min-w-0 flex-1">
          {name} isn’t in this workspace. <span className="text-muted">{offer.reason}</span>
        </p>
      )
  }
}
