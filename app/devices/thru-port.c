/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-port.h"

#include "thru-port-private.h"

typedef struct
{
  /* Owned. */
  ThruScanner  *scanner;
  ThruOpenPort *port;
} ThruPortPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (ThruPort, thru_port, G_TYPE_OBJECT)

static void
thru_port_finalize (GObject *object)
{
  ThruPortPrivate *priv = thru_port_get_instance_private (THRU_PORT (object));

  g_atomic_int_set (&priv->port->released, TRUE);
  thru_scanner_close (priv->scanner, priv->port);
  thru_open_port_unref (priv->port);
  thru_scanner_unref (priv->scanner);

  G_OBJECT_CLASS (thru_port_parent_class)->finalize (object);
}

static void
thru_port_class_init (ThruPortClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = thru_port_finalize;

  g_signal_new ("state-changed",
                G_TYPE_FROM_CLASS (klass),
                G_SIGNAL_RUN_LAST,
                0,
                NULL, NULL, NULL,
                G_TYPE_NONE, 0);
}

static void
thru_port_init (ThruPort *self)
{
}

gpointer
_thru_port_new (GType         type,
                ThruScanner  *scanner,
                const char   *id,
                ThruDirection direction)
{
  ThruPort *self = g_object_new (type, NULL);
  ThruPortPrivate *priv = thru_port_get_instance_private (self);

  priv->scanner = thru_scanner_ref (scanner);
  priv->port = thru_open_port_new (id, direction);
  g_weak_ref_set (&priv->port->owner, self);
  thru_scanner_open (scanner, priv->port);
  return self;
}

ThruOpenPort *
_thru_port_get_open (ThruPort *self)
{
  ThruPortPrivate *priv = thru_port_get_instance_private (self);

  return priv->port;
}

ThruPortState
thru_port_get_state (ThruPort *self)
{
  g_return_val_if_fail (THRU_IS_PORT (self), THRU_PORT_FAILED);

  return thru_open_port_get_state (_thru_port_get_open (self));
}

const char *
thru_port_get_problem (ThruPort *self)
{
  g_return_val_if_fail (THRU_IS_PORT (self), NULL);

  return g_atomic_pointer_get (&_thru_port_get_open (self)->problem);
}
