import { Toast as Base } from '@base-ui/react/toast'
import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { useEffect } from 'react'
import { IconButton } from './icon-button.tsx'
import { showToastsBy, type ToastContent } from './toast.ts'

const manager = Base.createToastManager()

function show(id: string, { title, description, kind = 'plain', action }: ToastContent): void {
  manager.add({
    id,
    title,
    description,
    type: kind,
    priority: kind === 'problem' ? 'high' : 'low',
    timeout: kind === 'problem' ? 0 : 6000,
    actionProps: action && {
      children: action.label,
      onClick: () => {
        action.onSelect()
        manager.close(id)
      },
    },
  })
}

/** The toasts on screen, above what stands at the foot of a panel, and what puts them there. */
export function ToastList() {
  // Effects of a child run before those of what is around it: by now the provider below listens to the manager.
  useEffect(() => showToastsBy(show), [])
  return (
    <Base.Provider toastManager={manager} limit={3}>
      <Base.Portal>
        <Base.Viewport className="fixed inset-x-4 bottom-24 z-50 mx-auto flex max-w-md flex-col gap-2 max-md:bottom-18">
          <Toasts />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  )
}

function Toasts() {
  const { toasts } = Base.useToastManager()
  return toasts.map((toast) => (
    <Base.Root
      key={toast.id}
      toast={toast}
      swipeDirection={['down', 'right']}
      className="edge flex items-start gap-3 rounded-card border border-line bg-raised py-2.5 pr-2 pl-3.5 text-ink shadow-float transition-[opacity,translate] duration-settle ease-calm data-ending-style:opacity-0 data-starting-style:translate-y-3 data-starting-style:opacity-0"
    >
      {toast.type === 'problem' && <CircleAlert size={18} aria-hidden className="mt-1.5 shrink-0 text-failed" />}
      {toast.type === 'success' && <CircleCheck size={18} aria-hidden className="mt-1.5 shrink-0 text-worked" />}
      <Base.Content className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 py-1.5">
        <div className="min-w-0 flex-1 basis-48">
          <Base.Title className="text-label" />
          <Base.Description className="text-small text-muted" />
        </div>
        <Base.Action className="h-7 shrink-0 rounded-field px-2 text-label text-accent hover:bg-hover" />
      </Base.Content>
      <Base.Close render={<IconButton label="Close" icon={<X size={16} />} size="small" className="mt-0.5" />} />
    </Base.Root>
  ))
}
