import { useQuery } from '@tanstack/react-query'
import type { Flow } from '#shared/flow.ts'
import { catalogQuery, comparedQuery } from '../api/queries.ts'
import { FieldNameText } from '../editor/inspector/data/field-name-text.tsx'
import { PagePending } from '../shell/page-pending.tsx'
import { ProblemState } from '../shell/page-problem.tsx'
import { Button } from '../ui/button.tsx'
import { inReadingOrder, writtenWords } from './compare-order.ts'
import { placeNameInAll } from './place-name.ts'
import { promisedToRequest } from './promised-to-request.ts'
import { requestName } from './request-words.ts'

interface ComparePanelProps {
  flowId: string
  document: Flow
  ids: [string, string]
  onClose: () => void
}

/** Two requests side by side: only where they differ, and how much is the same. */
export function ComparePanel({ flowId, document, ids, onClose }: ComparePanelProps) {
  const compared = useQuery(comparedQuery(flowId, ids))
  const catalog = useQuery(catalogQuery).data
  if (compared.isPending) return <PagePending />
  if (compared.data === undefined) return <ProblemState error={compared.error} onRetry={() => void compared.refetch()} />
  const { differences = [], equal = 0, items } = compared.data
  const [first] = items
  const promised = first !== undefined && 'trigger' in first ? promisedToRequest(document, catalog, first.trigger) : undefined
  return (
    <div className="flex flex-col gap-3">
      <div className="flex items-center gap-2">
        <h2 className="flex-1 text-h2">Two requests compared</h2>
        <Button variant="quiet" onClick={onClose}>
          Close
        </Button>
      </div>
      <div className="overflow-x-auto">
        <table className="w-full text-left text-small">
          <thead>
            <tr className="border-b border-line text-muted">
              <th className="py-1.5 pr-3 font-medium">Field</th>
              {items.map((item) => (
                <th key={item.id} className="py-1.5 pr-3 font-medium">
                  {requestName(item)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {inReadingOrder(differences).map(({ path, written }) => (
              <tr key={path} className="border-b border-line align-top">
                <th className="py-1.5 pr-3 font-medium wrap-anywhere">
                  {path === '' ? (
                    'All of it'
                  ) : (
                    <span className="flex flex-col">
                      <FieldNameText name={placeNameInAll(promised, path)} />
                    </span>
                  )}
                </th>
                <td className="py-1.5 pr-3 wrap-anywhere">
                  <Written of={writtenWords(written.a, written.b)} />
                </td>
                <td className="py-1.5 pr-3 wrap-anywhere">
                  <Written of={writtenWords(written.b, written.a)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="text-small text-muted">{equal === 1 ? '1 field is equal' : `${equal} fields are equal`}</p>
    </div>
  )
}

function Written({ of: words }: { of: string | undefined }) {
  return words === undefined ? <span className="text-muted italic">missing</span> : words
}
