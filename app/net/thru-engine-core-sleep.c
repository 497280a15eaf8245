/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-config.h"

#include "thru-engine-core-private.h"

#include <glib/gi18n.h>

#define LOOK_AGAIN_US 2000
#define ASLEEP_US (700 * 1000) /* the computer waits for us, but not for ever */
#define PLAYED_US (30 * 1000)  /* what was handed to the MIDI system leaves it with the next period of JACK */

void
thru_engine_core_sleep_in_engine (ThruEngineCore *self)
{
  g_autoptr(GPtrArray) links = NULL;
  GHashTableIter iter;
  gpointer dialer;

  if (self->asleep)
    return;

  self->asleep = TRUE;
  self->all_said = FALSE;
  self->asleep_us = g_get_monotonic_time () + ASLEEP_US;
  thru_patchbay_set_muted (self->patchbay, TRUE);
  thru_patchbay_release_all (self->patchbay);

  g_hash_table_iter_init (&iter, self->dialers);
  while (g_hash_table_iter_next (&iter, NULL, &dialer))
    thru_dialer_rest (dialer);

  links = _thru_engine_core_copy_links_in_engine (self);
  for (guint i = 0; i < links->len; i++)
    thru_connection_close (g_ptr_array_index (links, i), "sleep", NULL, _("This computer goes to sleep."));
}

void
_thru_engine_core_fall_asleep_in_engine (ThruEngineCore *self,
                                         gboolean        flushed)
{
  gint64 now_us = g_get_monotonic_time ();

  /* A link that has left was closed by the other side, too, which read what we said before it did. */
  if (!self->all_said && flushed && self->leaving->len == 0)
    {
      self->all_said = TRUE;
      self->asleep_us = MIN (self->asleep_us, now_us + PLAYED_US);
    }
  if (now_us < self->asleep_us)
    {
      _thru_engine_core_look_again_in_engine (self, self->all_said ? self->asleep_us
                                                                   : MIN (now_us + LOOK_AGAIN_US, self->asleep_us));
      return;
    }

  self->asleep_us = 0;
  _thru_engine_core_push_in_engine (self, thru_engine_event_new (THRU_ENGINE_ASLEEP));
}

void
thru_engine_core_wake_in_engine (ThruEngineCore *self)
{
  self->asleep = FALSE;
  self->asleep_us = 0;

  /* What was held while the computer slept, nobody holds any more. */
  thru_patchbay_release_all (self->patchbay);
  thru_patchbay_set_muted (self->patchbay, FALSE);
  thru_engine_core_probe_in_engine (self);
}

void
thru_engine_core_probe_in_engine (ThruEngineCore *self)
{
  g_autoptr(GPtrArray) links = _thru_engine_core_copy_links_in_engine (self);

  for (guint i = 0; i < links->len; i++)
    thru_connection_probe (g_ptr_array_index (links, i));
}
