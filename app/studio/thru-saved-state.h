/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-late-limit.h"
#include "thru-route.h"

G_BEGIN_DECLS

/* What a studio remembers over restarts: plain data, and its text form. */

#define THRU_SAVED_VERSION 1
#define THRU_SAVED_ROUTES_MAX 1024
#define THRU_SAVED_DEVICES_MAX 512
#define THRU_SAVED_ADDRESSES_MAX 64
#define THRU_SAVED_ROOMS_MAX 128
#define THRU_SAVED_ROOM_DEVICES_MAX 256

/* A device of this or another room: its identity, last name and the node address that was handed out for it. The rest is of
 * devices here: by what it is known again when it is plugged in, see ThruPortInfo. */
typedef struct
{
  char    *id;
  char    *name;
  gboolean is_source;
  guint32  address; /* of a device here, 0x80000001 to 0xfeffffff; else 0 */
  char    *kind;    /* twins have it in common */
  char    *place;   /* (nullable): where it was plugged in last */
  char    *serial;  /* (nullable) */
  char    *maybe;   /* (nullable): id of the device that it may be under another name; a person has not said yet */
  char    *port;    /* (nullable): while it is there. Not saved */
} ThruSavedDevice;

/* An address that a person typed. */
typedef struct
{
  char *address;
  char *room_id; /* (nullable): who answered there last */
} ThruSavedAddress;

/* Another room, so that it can be named while it is absent. */
typedef struct
{
  char      *id;
  char      *name;
  GPtrArray *devices; /* (element-type ThruSavedDevice) */
} ThruSavedRoom;

typedef struct
{
  char      *room_id;
  char      *room_name; /* (nullable): nobody was asked yet */
  guint      port;      /* 0: the usual one */
  guint      late_limit_ms;
  GPtrArray *devices;   /* (element-type ThruSavedDevice): here */
  GPtrArray *routes;    /* (element-type ThruRoute): the wanted ones that this room owns */
  GPtrArray *addresses; /* (element-type ThruSavedAddress) */
  GPtrArray *rooms;     /* (element-type ThruSavedRoom) */
  char      *complaint; /* (nullable): not saved: a setting that made no sense and what it is now, a sentence */
} ThruSavedState;

typedef enum
{
  THRU_SAVED_ERROR_DAMAGED, /* nothing can be read */
  THRU_SAVED_ERROR_NEWER,   /* written by a newer version */
} ThruSavedError;

#define THRU_SAVED_ERROR (thru_saved_error_quark ())
GQuark            thru_saved_error_quark   (void);

/* Returns: (transfer full): a first start: a fresh room id and nothing else. */
ThruSavedState *  thru_saved_state_new     (void);
void              thru_saved_state_free    (ThruSavedState       *self);

/* Returns: (transfer full) (nullable): NULL with @error. Entries that make no sense are left out, each alone; @n_dropped is how
 * many. Harmless whatever the octets. */
ThruSavedState *  thru_saved_state_decode  (const char           *text,
                                            gsize                 length,
                                            guint                *n_dropped,
                                            GError              **error);

/* Returns: (transfer full): JSON, readable, with a line end. */
char *            thru_saved_state_encode  (const ThruSavedState *self);

ThruSavedDevice * thru_saved_device_new    (const char           *id,
                                            const char           *name,
                                            gboolean              is_source,
                                            guint32               address);
ThruSavedDevice * thru_saved_device_copy   (const ThruSavedDevice *device);
void              thru_saved_device_free   (ThruSavedDevice      *device);

ThruSavedAddress *thru_saved_address_new   (const char           *address,
                                            const char           *room_id);
ThruSavedRoom *   thru_saved_room_new      (const char           *id,
                                            const char           *name);

/* Returns: (transfer none) (nullable): the device here with @id; a new one gets the next free node address. @name: its name now.
 * NULL when there are too many. */
ThruSavedDevice * thru_saved_state_know_device (ThruSavedState   *self,
                                                const char       *id,
                                                const char       *name,
                                                gboolean          is_source);

/* Returns: (transfer none) (nullable): the device here with @id. */
ThruSavedDevice * thru_saved_state_find_device (ThruSavedState   *self,
                                                const char       *id,
                                                gboolean          is_source);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruSavedDevice, thru_saved_device_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruSavedState, thru_saved_state_free)

G_END_DECLS
