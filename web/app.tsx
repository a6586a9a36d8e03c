import { CSPProvider } from '@base-ui/react/csp-provider'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { queryClient } from './api/query-client.ts'
import { router } from './router.tsx'
import { ToastRegion } from './ui/toast.tsx'
import { TooltipProvider } from './ui/tooltip.tsx'

export function App() {
  return (
    // The content security policy refuses inline styles; what Base UI would add by them is in global.css or not needed.
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queryClient}>
        <TooltipProvider delay={400}>
          <RouterProvider router={router} />
          <ToastRegion />
        </TooltipProvider>
      </QueryClientProvider>
    </CSPProvider>
  )
}
