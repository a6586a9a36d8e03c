import { Page } from '../shell/page.tsx'
import { SecretsSection } from './secrets-section.tsx'
import { SharedValuesSection } from './shared-values-section.tsx'

/** What several flows use: secrets, which nobody can read, and values that everybody may know. */
export function ValuesPage() {
  return (
    <Page title="Values" width="text">
      <div className="flex flex-col gap-10">
        <SecretsSection />
        <SharedValuesSection />
      </div>
    </Page>
  )
}
