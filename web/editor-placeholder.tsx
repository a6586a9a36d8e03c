import { EmptyState } from './ui/empty-state.tsx'

export function EditorPage() {
  return <EmptyState title="The canvas opens here" />
}
