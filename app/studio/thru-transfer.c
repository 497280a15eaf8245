/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-transfer.h"

#include "thru-device.h"

struct _ThruTransfer
{
  GObject     parent_instance;

  ThruDevice *device;
  guint       length;
  guint       sent;
};

enum
{
  PROP_0,
  PROP_SENT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ThruTransfer, thru_transfer, G_TYPE_OBJECT)

static void
thru_transfer_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  if (prop_id == PROP_SENT)
    g_value_set_uint (value, THRU_TRANSFER (object)->sent);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
thru_transfer_finalize (GObject *object)
{
  g_object_unref (THRU_TRANSFER (object)->device);

  G_OBJECT_CLASS (thru_transfer_parent_class)->finalize (object);
}

static void
thru_transfer_class_init (ThruTransferClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = thru_transfer_get_property;
  object_class->finalize = thru_transfer_finalize;

  properties[PROP_SENT] = g_param_spec_uint ("sent", NULL, NULL, 0, G_MAXUINT, 0,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
thru_transfer_init (ThruTransfer *self)
{
}

ThruTransfer *
thru_transfer_new (ThruDevice *device,
                   guint       length)
{
  ThruTransfer *self;

  g_return_val_if_fail (THRU_IS_DEVICE (device), NULL);

  self = g_object_new (THRU_TYPE_TRANSFER, NULL);
  self->device = g_object_ref (device);
  self->length = MAX (length, 1);
  return self;
}

ThruDevice *
thru_transfer_get_device (ThruTransfer *self)
{
  g_return_val_if_fail (THRU_IS_TRANSFER (self), NULL);

  return self->device;
}

guint
thru_transfer_get_length (ThruTransfer *self)
{
  g_return_val_if_fail (THRU_IS_TRANSFER (self), 0);

  return self->length;
}

guint
thru_transfer_get_sent (ThruTransfer *self)
{
  g_return_val_if_fail (THRU_IS_TRANSFER (self), 0);

  return self->sent;
}

void
thru_transfer_set_sent (ThruTransfer *self,
                        guint         sent)
{
  g_return_if_fail (THRU_IS_TRANSFER (self));

  sent = MIN (sent, self->length);
  if (sent == self->sent)
    return;

  self->sent = sent;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SENT]);
}

guint
thru_transfer_get_percent (ThruTransfer *self)
{
  g_return_val_if_fail (THRU_IS_TRANSFER (self), 0);

  return (guint) ((guint64) self->sent * 100 / self->length);
}
