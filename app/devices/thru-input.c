/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-input.h"

#include "thru-input-private.h"
#include "thru-open-port.h"

struct _ThruInput
{
  GObject parent_instance;

  /* Owned. */
  ThruScanner  *scanner;
  ThruOpenPort *port;
};

G_DEFINE_FINAL_TYPE (ThruInput, thru_input, G_TYPE_OBJECT)

static void
thru_input_finalize (GObject *object)
{
  ThruInput *self = THRU_INPUT (object);

  g_atomic_int_set (&self->port->released, TRUE);
  thru_scanner_close (self->scanner, self->port);
  thru_open_port_unref (self->port);
  thru_scanner_unref (self->scanner);

  G_OBJECT_CLASS (thru_input_parent_class)->finalize (object);
}

static void
thru_input_class_init (ThruInputClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = thru_input_finalize;

  g_signal_new ("state-changed",
                G_TYPE_FROM_CLASS (klass),
                G_SIGNAL_RUN_LAST,
                0,
                NULL, NULL, NULL,
                G_TYPE_NONE, 0);
}

static void
thru_input_init (ThruInput *self)
{
}

ThruInput *
_thru_input_new (ThruScanner *scanner,
                 const char  *id)
{
  ThruInput *self = g_object_new (THRU_TYPE_INPUT, NULL);

  self->scanner = thru_scanner_ref (scanner);
  self->port = thru_open_port_new (id, THRU_DIRECTION_SOURCE);
  g_weak_ref_set (&self->port->owner, self);
  thru_scanner_open (scanner, self->port);
  return self;
}

ThruPortState
thru_input_get_state (ThruInput *self)
{
  g_return_val_if_fail (THRU_IS_INPUT (self), THRU_PORT_FAILED);

  return thru_open_port_get_state (self->port);
}

const char *
thru_input_get_problem (ThruInput *self)
{
  g_return_val_if_fail (THRU_IS_INPUT (self), NULL);

  return g_atomic_pointer_get (&self->port->problem);
}

ThruRing *
thru_input_get_ring (ThruInput *self)
{
  g_return_val_if_fail (THRU_IS_INPUT (self), NULL);

  return self->port->ring;
}

int
thru_input_get_wake_fd (ThruInput *self)
{
  g_return_val_if_fail (THRU_IS_INPUT (self), -1);

  return self->port->wake_fd;
}
