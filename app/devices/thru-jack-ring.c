/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-jack-ring.h"

#include <dlfcn.h>

/* RtMidi (5.0 and 6.0) frees an output's ring first and closes its JACK client after that. Until then the client's thread, a
 * real-time one that takes its name from the thread that opened it, goes on reading from the ring when it looked at the port
 * before that was closed: on a busy computer it read what the heap had put there, and the program crashed. RtMidi gives us
 * neither the client nor the ring. So this program has libjack's function for freeing rings itself, which the dynamic linker
 * prefers to that of the library, and keeps the ring until RtMidi is done. */
void jack_ringbuffer_free (void *ring);

static _Thread_local gboolean closing; /* an output, on this thread */
static _Thread_local void *kept;       /* its ring, owned */

static void
free_ring (void *ring)
{
  void (*function) (void *ring) = NULL;

  *(void **) &function = dlsym (RTLD_NEXT, "jack_ringbuffer_free");
  if (function != NULL)
    function (ring);
}

void
jack_ringbuffer_free (void *ring)
{
  if (closing && kept == NULL)
    kept = ring;
  else
    free_ring (ring);
}

void
thru_jack_ring_free_output (RtMidiPtr output)
{
  void *ring;

  g_return_if_fail (output != NULL);

  closing = TRUE;
  rtmidi_out_free (output);
  closing = FALSE;
  ring = g_steal_pointer (&kept);
  if (ring != NULL)
    free_ring (ring);
}
