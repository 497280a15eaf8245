/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-output.h"

#include "thru-open-port.h"
#include "thru-output-private.h"

struct _ThruOutput
{
  GObject parent_instance;

  /* Owned. */
  ThruScanner  *scanner;
  ThruOpenPort *port;
};

G_DEFINE_FINAL_TYPE (ThruOutput, thru_output, G_TYPE_OBJECT)

static void
thru_output_finalize (GObject *object)
{
  ThruOutput *self = THRU_OUTPUT (object);

  g_atomic_int_set (&self->port->released, TRUE);
  thru_scanner_close (self->scanner, self->port);
  thru_open_port_unref (self->port);
  thru_scanner_unref (self->scanner);

  G_OBJECT_CLASS (thru_output_parent_class)->finalize (object);
}

static void
thru_output_class_init (ThruOutputClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = thru_output_finalize;

  g_signal_new ("state-changed",
                G_TYPE_FROM_CLASS (klass),
                G_SIGNAL_RUN_LAST,
                0,
                NULL, NULL, NULL,
                G_TYPE_NONE, 0);
}

static void
thru_output_init (ThruOutput *self)
{
}

ThruOutput *
_thru_output_new (ThruScanner *scanner,
                  const char  *id)
{
  ThruOutput *self = g_object_new (THRU_TYPE_OUTPUT, NULL);

  self->scanner = thru_scanner_ref (scanner);
  self->port = thru_open_port_new (id, THRU_DIRECTION_DESTINATION);
  g_weak_ref_set (&self->port->owner, self);
  thru_scanner_open (scanner, self->port);
  return self;
}

ThruPortState
thru_output_get_state (ThruOutput *self)
{
  g_return_val_if_fail (THRU_IS_OUTPUT (self), THRU_PORT_FAILED);

  return thru_open_port_get_state (self->port);
}

const char *
thru_output_get_problem (ThruOutput *self)
{
  g_return_val_if_fail (THRU_IS_OUTPUT (self), NULL);

  return g_atomic_pointer_get (&self->port->problem);
}

gboolean
thru_output_send (ThruOutput    *self,
                  const uint8_t *message,
                  size_t         length,
                  uint64_t       time_us)
{
  g_return_val_if_fail (THRU_IS_OUTPUT (self), TRUE);
  g_return_val_if_fail (message != NULL || length == 0, TRUE);

  switch (thru_open_port_get_state (self->port))
    {
    case THRU_PORT_OPENING:
      return FALSE;

    case THRU_PORT_OPEN:
      thru_open_port_check (self->port);
      return thru_sender_send (self->port->sender, message, length, time_us);

    case THRU_PORT_FAILED:
    default:
      return TRUE;
    }
}
