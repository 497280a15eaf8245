/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-peer.h"
#include "thru-studio.h"

G_BEGIN_DECLS

/* All other rooms that are known, each once however it is reached: found, told apart, merged. Bounded. Main thread only. */
typedef struct _ThruPeers ThruPeers;

/* Both borrowed. */
ThruPeers *thru_peers_new            (ThruEngine *engine,
                                      ThruStudio *studio);
void       thru_peers_free           (ThruPeers  *self);

/* Returns: (transfer none) (element-type ThruPeer). */
GPtrArray *thru_peers_get_all        (ThruPeers  *self);

/* Returns: (transfer none) (nullable). */
ThruPeer * thru_peers_find           (ThruPeers  *self,
                                      const char *room_id);
ThruPeer * thru_peers_find_by_dial   (ThruPeers  *self,
                                      ThruDialId  dial);
ThruPeer * thru_peers_find_by_key    (ThruPeers  *self,
                                      const char *found_key);
ThruPeer * thru_peers_find_by_typed  (ThruPeers  *self,
                                      const char *address);

/* Its room comes into the model. Returns: (transfer none) (nullable): NULL when there are too many. */
ThruPeer * thru_peers_add            (ThruPeers  *self,
                                      const char *id,
                                      const char *name);

/* When a room has gone: of those that nobody called, announced or needs for a route, only the last few are kept. */
void       thru_peers_forget_passers (ThruPeers  *self);

/* Its room goes from the model. */
void       thru_peers_remove         (ThruPeers  *self,
                                      ThruPeer   *peer);

/* Who asks for a link: identity is what a room says of itself, never its address. @dialed: (nullable): whom we meant to reach at
 * @address; what was known by address only becomes that room, or a part of it, and another room than last time takes over the
 * address and the dial. Returns: (transfer none) (nullable): NULL when there are too many. */
ThruPeer * thru_peers_identify       (ThruPeers  *self,
                                      ThruPeer   *dialed,
                                      const char *id,
                                      const char *name,
                                      const char *address);

/* The same for plain MIDI, which has no identity but where it comes from; a second stream from there is a room of its own. */
ThruPeer * thru_peers_identify_plain (ThruPeers  *self,
                                      ThruPeer   *dialed,
                                      const char *address);

/* No more attempts; a link stays. */
void       thru_peers_hang_up        (ThruPeers  *self,
                                      ThruPeer   *peer);

/* Whether @id was made up here, until or because there is no real one: nobody else may claim it. */
gboolean   thru_peers_is_made_up     (const char *id);

/* Whether "10.0.0.7" as typed leads to "10.0.0.7:1199". @known: (out) (optional): FALSE when that can not be told from the text, as
 * with a name. */
gboolean   thru_peers_is_same_address (const char *typed,
                                       const char *address,
                                       gboolean   *known);

/* Returns: (transfer full): "10.0.0.7" of "10.0.0.7:1199". */
char *     thru_peers_get_host       (const char *address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruPeers, thru_peers_free)

G_END_DECLS
