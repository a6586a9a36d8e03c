import { Hourglass } from 'lucide-react'
import type { RunWait } from '#shared/run.ts'
import { buttonClass } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Notice } from '../ui/notice.tsx'
import { useNow } from '../words/use-now.ts'
import { When } from '../words/when.tsx'
import { waitText } from './wait-text.ts'

/** What a step waits for, since when and until when, and the address that ends it. */
export function WaitNotice({ wait, stepName }: { wait: RunWait; stepName?: string | undefined }) {
  const now = useNow()
  return (
    <Notice
      tone="waiting"
      icon={Hourglass}
      title={waitText(wait, now)}
      actions={
        wait.url !== undefined && (
          <>
            {wait.kind === 'approval' && (
              <a href={wait.url} target="_blank" rel="noopener noreferrer" className={buttonClass({})}>
                Answer it
              </a>
            )}
            <CopyButton text={wait.url} label="Copy the address" />
          </>
        )
      }
    >
      <p>
        {stepName !== undefined && <>At {stepName}, since </>}
        {stepName === undefined && <>Since </>}
        <When at={wait.since} as="moment" />
        {wait.expiresAt !== undefined && (
          <>
            , at the latest until <When at={wait.expiresAt} as="moment" />
          </>
        )}
        .
      </p>
      {wait.url !== undefined && (
        <p className="mt-1 font-mono text-small break-all">
          {/* A question has a page; other addresses are for programs, and opening one may count as the call. */}
          {wait.kind === 'approval' ? (
            <a href={wait.url} target="_blank" rel="noopener noreferrer" className="underline">
              {wait.url}
            </a>
          ) : (
            wait.url
          )}
        </p>
      )}
    </Notice>
  )
}
