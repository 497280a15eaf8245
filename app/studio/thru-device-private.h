/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-device.h"
#include "thru-session-message.h"

G_BEGIN_DECLS

/* For the studios that fill the model. A change is told to the device's room too. */

ThruDevice *_thru_device_new         (const char *id,
                                      const char *name,
                                      gboolean    is_source);

/* The room calls it when the device comes or goes; NULL: it is in none. */
void        _thru_device_set_room    (ThruDevice *self,
                                      ThruRoom   *room);
void        _thru_device_set_name    (ThruDevice *self,
                                      const char *name);

/* @reason: (nullable): why it can not be used, a sentence. */
void        _thru_device_set_online  (ThruDevice *self,
                                      gboolean    online,
                                      const char *reason);

/* The MIDI port that it is now, to open it; (nullable): absent, or not of this computer. */
const char *_thru_device_get_port    (ThruDevice *self);
void        _thru_device_set_port    (ThruDevice *self,
                                      const char *port);

/* Whether it is absent only because nobody has said yet which of its twins is plugged in. */
gboolean    _thru_device_get_in_doubt (ThruDevice *self);
void        _thru_device_set_in_doubt (ThruDevice *self,
                                      gboolean    in_doubt);

/* The node address under which links play or name it; 0 when it has none. */
guint32     _thru_device_get_address (ThruDevice *self);
void        _thru_device_set_address (ThruDevice *self,
                                      guint32     address);

/* Of a destination: whether its port is open now, as far as that is told. Tells nobody of the change. */
ThruSessionOpen _thru_device_get_open (ThruDevice     *self);

/* TRUE when it is another. */
gboolean    _thru_device_set_open    (ThruDevice      *self,
                                      ThruSessionOpen  open);

G_END_DECLS
