/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-discovery"

#include "thru-config.h"

#include "thru-room-publisher.h"

#include "thru-discovery-text.h"

#include <avahi-client/publish.h>
#include <avahi-common/alternative.h>
#include <avahi-common/error.h>
#include <avahi-common/malloc.h>

#define RENAMES_MAX 64 /* a network where more names are taken is not one that we can name ourselves in */

struct _ThruRoomPublisher
{
  char                 *id;
  ThruRoomPublisherFunc changed;
  gpointer              user;
  char                 *wanted;      /* the room's own name; NULL before it is set */
  guint                 port;
  AvahiClient          *client;      /* borrowed; NULL when detached */
  AvahiEntryGroup      *group;       /* owned; dies with the client */
  char                 *name;        /* what we try or have: wanted, or an alternative */
  guint                 renames;
  gboolean              established;
  int                   error;       /* Avahi's */
};

static void publish (ThruRoomPublisher *self);

static void
fail (ThruRoomPublisher *self,
      int                error)
{
  self->error = error;
  self->changed (self->user);
}

/* The name is taken. The next one; FALSE when there are no more tries. */
static gboolean
take_other_name (ThruRoomPublisher *self)
{
  char *other;

  if (self->renames++ >= RENAMES_MAX)
    {
      fail (self, AVAHI_ERR_COLLISION);
      return FALSE;
    }
  other = avahi_alternative_service_name (self->name);
  g_free (self->name);
  self->name = g_strdup (other);
  avahi_free (other);
  return TRUE;
}

static void
group_cb (AvahiEntryGroup     *group,
          AvahiEntryGroupState state,
          void                *user)
{
  ThruRoomPublisher *self = user;

  switch (state)
    {
    case AVAHI_ENTRY_GROUP_ESTABLISHED:
      self->established = TRUE;
      self->changed (self->user);
      break;

    case AVAHI_ENTRY_GROUP_COLLISION:
      self->established = FALSE;
      if (take_other_name (self))
        publish (self);
      break;

    case AVAHI_ENTRY_GROUP_FAILURE:
      self->established = FALSE;
      fail (self, avahi_client_errno (avahi_entry_group_get_client (group)));
      break;

    /* The first callback comes before avahi_entry_group_new() returned. */
    case AVAHI_ENTRY_GROUP_UNCOMMITED:
    case AVAHI_ENTRY_GROUP_REGISTERING:
    default:
      break;
    }
}

static int
add_service (ThruRoomPublisher *self)
{
  g_autofree char *id = g_strconcat ("id=", self->id, NULL);
  AvahiStringList *txt = avahi_string_list_new ("txtvers=1", id, "v=" THRU_VERSION, NULL);
  int error;

  if (txt == NULL)
    return AVAHI_ERR_NO_MEMORY;
  error = avahi_entry_group_add_service_strlst (self->group, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC, 0, self->name,
                                                THRU_DISCOVERY_SERVICE_TYPE, NULL, NULL, (guint16) self->port, txt);
  avahi_string_list_free (txt);
  return error;
}

static void
publish (ThruRoomPublisher *self)
{
  int error;

  self->established = FALSE;
  self->error = 0;
  if (self->group == NULL)
    self->group = avahi_entry_group_new (self->client, group_cb, self);
  if (self->group == NULL)
    {
      fail (self, avahi_client_errno (self->client));
      return;
    }
  /* A name that another program of this computer has is refused at once; one that is taken elsewhere, by callback. */
  do
    {
      avahi_entry_group_reset (self->group);
      error = add_service (self);
    }
  while (error == AVAHI_ERR_COLLISION && take_other_name (self));
  if (error == 0)
    error = avahi_entry_group_commit (self->group);
  if (error != 0)
    fail (self, error);
}

static void
withdraw (ThruRoomPublisher *self)
{
  g_clear_pointer (&self->group, avahi_entry_group_free);
  self->established = FALSE;
  self->error = 0;
  self->renames = 0;
}

static void
begin (ThruRoomPublisher *self)
{
  if (self->client == NULL || self->wanted == NULL || self->port == 0)
    return;
  g_free (self->name);
  self->name = g_strdup (self->wanted);
  publish (self);
}

ThruRoomPublisher *
thru_room_publisher_new (const char           *id,
                         ThruRoomPublisherFunc changed,
                         gpointer              user)
{
  ThruRoomPublisher *self;

  g_return_val_if_fail (id != NULL && changed != NULL, NULL);

  self = g_new0 (ThruRoomPublisher, 1);
  self->id = g_strdup (id);
  self->changed = changed;
  self->user = user;
  return self;
}

void
thru_room_publisher_free (ThruRoomPublisher *self)
{
  g_return_if_fail (self != NULL);

  thru_room_publisher_detach (self);
  g_free (self->id);
  g_free (self->wanted);
  g_free (self->name);
  g_free (self);
}

void
thru_room_publisher_set (ThruRoomPublisher *self,
                         const char        *name,
                         guint              port)
{
  g_autofree char *clean = NULL;

  g_return_if_fail (self != NULL && name != NULL && port <= G_MAXUINT16);

  clean = thru_discovery_clean_text (name, THRU_DISCOVERY_NAME_MAX);
  if (clean[0] == '\0')
    {
      g_free (clean);
      clean = g_strdup (g_get_host_name ());
    }
  if (g_strcmp0 (clean, self->wanted) == 0 && port == self->port)
    return;

  g_free (self->wanted);
  self->wanted = g_steal_pointer (&clean);
  self->port = port;
  withdraw (self);
  begin (self);
  self->changed (self->user);
}

void
thru_room_publisher_again (ThruRoomPublisher *self)
{
  g_return_if_fail (self != NULL);

  withdraw (self);
  begin (self);
}

void
thru_room_publisher_attach (ThruRoomPublisher *self,
                            AvahiClient       *client)
{
  g_return_if_fail (self != NULL && self->client == NULL);

  self->client = client;
  begin (self);
}

void
thru_room_publisher_detach (ThruRoomPublisher *self)
{
  g_return_if_fail (self != NULL);

  withdraw (self);
  self->client = NULL;
}

const char *
thru_room_publisher_get_name (ThruRoomPublisher *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->established ? self->name : NULL;
}

int
thru_room_publisher_get_error (ThruRoomPublisher *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->error;
}
