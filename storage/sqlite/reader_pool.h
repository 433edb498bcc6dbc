// The reading half: connections that only read, each used by one thread at a time and kept for the
// next.
//
// A read sees one committed state. Connections are made when needed, at most `most`; beyond that a
// reader waits. One that met an error is closed, not kept.
//
// Thread rule: public methods from any thread.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "storage/sqlite/event_index.h"
#include "storage/sqlite/sealed_turn.h"
#include "storage/store.h"

namespace attune::storage::sqlite {

class Reader;

class ReaderPool {
 public:
  ReaderPool(std::string path, std::string vfs, Sealer& sealer, const RecentEvents& recent,
             std::size_t cache_bytes, std::size_t most);
  ~ReaderPool();

  Result<std::optional<Where>> find(const Address& address);
  Result<std::optional<Snapshot>> load(const Id& conversation);
  Result<std::optional<Reply>> replied(const EventId& event);
  Result<std::vector<TranscriptEntry>> transcript(const Id& conversation, Version after, int limit);
  Result<std::vector<Measured>> measured(const Id& conversation, const std::string& script, const std::string& name,
                                         int limit);
  Result<std::optional<Edition>> edition(const std::string& hash);
  Result<std::vector<DueTimer>> due_timers(Time now, const std::optional<DueTimer>& after, int limit);
  Result<Backlog> backlog();
  Result<std::vector<DeadLetter>> dead_letters(int limit);
  Result<std::vector<Handed>> handed(const HandedList& list);
  Result<std::optional<Handed>> handed(const Id& conversation, std::uint32_t number);
  Result<std::vector<Activation>> activations(int limit);
  Result<std::vector<std::string>> controls(std::uint64_t& after, int limit);
  Result<std::optional<Holdings>> holdings(const Id& person);

  // Waits for those reading, closes all; reads after it are kUnavailable.
  void close();

 private:
  template <typename T>
  Result<T> with_reader(const char* doing, const std::function<T(Reader&)>& read);
  std::unique_ptr<Reader> take();  // nullptr once closed; throws SQLite::Exception
  void give_back(std::unique_ptr<Reader> reader);

  const std::string path_, vfs_;
  Sealer& sealer_;
  const RecentEvents& recent_;
  const std::size_t cache_bytes_, most_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Reader>> free_;
  std::size_t out_ = 0;
  bool closed_ = false;
};

}  // namespace attune::storage::sqlite
