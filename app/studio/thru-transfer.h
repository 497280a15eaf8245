/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-types.h"

G_BEGIN_DECLS

#define THRU_TYPE_TRANSFER (thru_transfer_get_type ())

/* A long System Exclusive message on its way to a destination. Properties: "sent" (guint, octets; notifies). */
G_DECLARE_FINAL_TYPE (ThruTransfer, thru_transfer, THRU, TRANSFER, GObject)

ThruTransfer *thru_transfer_new          (ThruDevice   *device,
                                          guint         length);

/* Returns: (transfer none): the destination. */
ThruDevice *  thru_transfer_get_device   (ThruTransfer *self);

/* Octets of the whole message, and of what has been sent. */
guint         thru_transfer_get_length   (ThruTransfer *self);
guint         thru_transfer_get_sent     (ThruTransfer *self);
void          thru_transfer_set_sent     (ThruTransfer *self,
                                          guint         sent);

/* 0 to 100, 100 only when all is sent. */
guint         thru_transfer_get_percent  (ThruTransfer *self);

G_END_DECLS
