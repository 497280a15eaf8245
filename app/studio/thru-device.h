/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-types.h"
#include "thru-meter.h"

G_BEGIN_DECLS

#define THRU_TYPE_DEVICE (thru_device_get_type ())

/* A MIDI input (source) or output (destination) of a room. An absent one that a route needs stays, offline. */
G_DECLARE_FINAL_TYPE (ThruDevice, thru_device, THRU, DEVICE, GObject)

/* Properties: "id", "name", "online" (gboolean), "reason" (nullable sentence: why it can not be used). */

const char *thru_device_get_id        (ThruDevice *self);
const char *thru_device_get_name      (ThruDevice *self);
gboolean    thru_device_is_source     (ThruDevice *self);
gboolean    thru_device_get_online    (ThruDevice *self);
const char *thru_device_get_reason    (ThruDevice *self);

/* Returns: (transfer none) (nullable): NULL once the room is gone. */
ThruRoom *  thru_device_get_room      (ThruDevice *self);

/* Returns: (transfer none): its activity, never NULL. */
ThruMeter * thru_device_get_meter     (ThruDevice *self);

G_END_DECLS
