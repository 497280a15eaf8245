/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <avahi-client/lookup.h>
#include <glib.h>

G_BEGIN_DECLS

/* One service as seen on one interface with one protocol, Avahi's unit of news, and the look-up of its address. A room has
 * several. It says when it wants to be looked up; to do so, to end it, and when it leaves, is the owner's to see to. */
typedef struct _ThruSighting ThruSighting;

/* A look-up has an answer, or ended without one and is wanted again later. Called in the middle of Avahi's callbacks. */
typedef void (*ThruSightingFunc) (ThruSighting *self,
                                  gboolean      answered,
                                  gpointer      user);

struct _ThruSighting
{
  AvahiIfIndex          interface;
  AvahiProtocol         protocol;
  char                 *service;     /* as announced, to compare and to resolve */
  char                 *domain;
  ThruSightingFunc      func;
  gpointer              user;
  AvahiServiceResolver *resolver;    /* owned; NULL when none is under way */
  gint64                ends_at;       /* of the resolver; monotonic microseconds: it has asked once */
  gboolean              doubted;       /* by the resolver, or the last one: its answer may be old */
  gint64                rests_until;   /* monotonic microseconds: not to be looked up before */
  gboolean              wants_resolve;
  gint64                resolve_at;    /* monotonic microseconds, when wants_resolve */
  gint64                retry;         /* microseconds */
  guint                 doubts;        /* what the daemon remembers may be wrong: so often it shall ask */
  gint64                leaves_at;     /* monotonic microseconds; 0: it stays */
  /* From the resolver; key is NULL before its first answer. */
  char                 *key;
  char                 *id;
  char                 *name;
  char                 *address;     /* NULL when it can not be reached there */
  gboolean              is_here;     /* announced by this computer */
  guint64               stamp;       /* the owner's: a later answer has a greater one */
};

ThruSighting *thru_sighting_new    (AvahiIfIndex      interface,
                                    AvahiProtocol     protocol,
                                    const char       *service,
                                    const char       *domain,
                                    ThruSightingFunc  func,
                                    gpointer          user);

/* Before the client that resolves it is freed, or after thru_sighting_end(). */
void          thru_sighting_free   (ThruSighting     *self);

/* Whether it is the sighting of that. */
gboolean      thru_sighting_is     (ThruSighting     *self,
                                    AvahiIfIndex      interface,
                                    AvahiProtocol     protocol,
                                    const char       *service,
                                    const char       *domain);

/* It came, or came again: it is looked up as soon as may be, and often at first if that fails. */
void          thru_sighting_arrive (ThruSighting     *self);

/* Its addresses do not answer, or are not known yet, and somebody needs them: the network is asked, a few times. */
void          thru_sighting_doubt  (ThruSighting     *self);

/* Begins to look it up, which waits for the daemon. */
void          thru_sighting_begin  (ThruSighting     *self,
                                    AvahiClient      *client);

/* Ends a look-up that has asked and waited; it is wanted again, soon or later. */
void          thru_sighting_expire (ThruSighting     *self);

/* Ends a look-up that is under way. */
void          thru_sighting_end    (ThruSighting     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruSighting, thru_sighting_free)

G_END_DECLS
