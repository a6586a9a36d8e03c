import { useQuery } from '@tanstack/react-query'
import { Package, Plus } from 'lucide-react'
import { useState } from 'react'
import { useMay } from '../account/use-may.ts'
import { packagesQuery } from '../api/queries.ts'
import { PagePending } from '../shell/page-pending.tsx'
import { ProblemState } from '../shell/page-problem.tsx'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { AddPackageDialog } from './add-package-dialog.tsx'
import { PackageRow } from './package-row.tsx'
import { RemovePackageDialog } from './remove-package-dialog.tsx'
import { Section } from './section.tsx'

export function PackagesSection() {
  const packages = useQuery(packagesQuery)
  // Others see what there is.
  const mayChange = useMay()('packages.manage')
  const [isAdding, setAdding] = useState(false)
  const [leaving, setLeaving] = useState<string | null>(null)
  const add = mayChange && (
    <Button variant="primary" icon={<Plus size={18} aria-hidden />} onClick={() => setAdding(true)}>
      Add a package
    </Button>
  )
  const hasPackages = packages.data !== undefined && packages.data.length > 0
  return (
    <Section
      title="Packages"
      text="npm packages that code steps can import. Each is kept in one exact version, and nothing of it runs when it is installed."
      actions={hasPackages && add}
    >
      {packages.isPending && <PagePending />}
      {packages.isLoadingError && <ProblemState error={packages.error} onRetry={() => void packages.refetch()} />}
      {packages.data !== undefined && !hasPackages && (
        <div className="rounded-card border border-line bg-surface">
          <EmptyState
            size="panel"
            picture={<Package size={32} strokeWidth={1.5} />}
            title="No packages yet"
            text={mayChange ? 'Add one by its name, such as zod or date-fns.' : 'An admin of this workspace can add them.'}
            actions={add}
          />
        </div>
      )}
      {hasPackages && (
        <ul aria-label="Packages" className="rounded-card border border-line bg-surface">
          {packages.data.map((one) => (
            <PackageRow key={one.name} summary={one} mayChange={mayChange} onRemove={() => setLeaving(one.name)} />
          ))}
        </ul>
      )}
      {isAdding && <AddPackageDialog onClose={() => setAdding(false)} />}
      {leaving !== null && <RemovePackageDialog name={leaving} onClose={() => setLeaving(null)} />}
    </Section>
  )
}
