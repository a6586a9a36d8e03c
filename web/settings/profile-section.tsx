import { useQuery } from '@tanstack/react-query'
import { LogOut } from 'lucide-react'
import { signOut } from '../account/sign-out.ts'
import { meQuery } from '../api/queries.ts'
import { PagePending } from '../shell/page-pending.tsx'
import { Button } from '../ui/button.tsx'
import { Facts, Section } from './section.tsx'

export function ProfileSection() {
  const me = useQuery(meQuery).data
  if (me === undefined) return <PagePending />
  return (
    <Section title="Profile" text="Who you are to others here.">
      <Facts
        items={[
          ['Name', me.name],
          ['E-mail', me.email],
          ['Role', me.role.slice(0, 1).toUpperCase() + me.role.slice(1)],
        ]}
      />
      <Button className="mt-5" icon={<LogOut size={16} aria-hidden />} onClick={() => void signOut()}>
        Sign out
      </Button>
    </Section>
  )
}
