import { useEditor } from '../store.ts'

/** What just happened, for people who don't see it. */
export function LiveRegion() {
  const { text, serial } = useEditor((state) => state.session.announcement)
  return (
    <div role="status" aria-live="polite" className="sr-only">
      {/* A new element each time: the same words twice are said twice. */}
      <span key={serial}>{text}</span>
    </div>
  )
}
