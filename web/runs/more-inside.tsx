import { clsx } from 'clsx'

interface MoreInsideProps {
  hidden: number
  failed: number
  className: string
  onMore: () => void
}

/** Stands for what code asked for and isn't listed yet. */
export function MoreInside({ hidden, failed, className, onMore }: MoreInsideProps) {
  return (
    <button
      type="button"
      onClick={onMore}
      className={clsx('h-7 w-full text-left text-small text-accent -outline-offset-2! hover:bg-hover', className)}
    >
      Show more of {hidden.toLocaleString('en')} inside
      {failed > 0 && <span className="text-failed"> · {failed.toLocaleString('en')} failed</span>}
    </button>
  )
}
