import { lazy, Suspense, useSyncExternalStore } from 'react'
import { areToastsWanted, watchToasts } from './toast.ts'

const ToastList = lazy(async () => ({ default: (await import('./toast-list.tsx')).ToastList }))

/** Where toasts appear; once, at the top of the tree. */
export function ToastRegion() {
  const isWanted = useSyncExternalStore(watchToasts, areToastsWanted)
  return (
    isWanted && (
      <Suspense fallback={null}>
        <ToastList />
      </Suspense>
    )
  )
}
