// One reply as bytes, and the writer that makes them.
//
// The library routes; what goes out is written here, so that no header of the library's own
// (Server, Keep-Alive, EXCEPTION_WHAT) and no half-checked value can leave. Date and Connection are
// added when the reply is sent, since only then it is known whether the connection stays open.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "bot/http/edge.h"

namespace attune::bot::edge {

struct Reply {
  std::string head;   // status line and headers, each with CR LF; no blank line
  std::string body;   // of a stream: the backlog
  std::string topic;  // of a stream
  bool stream = false;
  bool close = false;  // the connection must not be used again
};

class ReplyWriter {
 public:
  using DefaultHeaders = std::function<const HeaderBlock&(const Asked&)>;
  using TroubleLog = std::function<void(const EdgeTrouble&)>;

  // Both are set before the edge runs, and must be safe to call from several threads.
  void set_default_headers(DefaultHeaders headers) { default_headers_ = std::move(headers); }
  void set_trouble_log(TroubleLog log) { trouble_log_ = std::move(log); }

  // What a handler left in `response`. Default headers are added where the handler set none of that
  // name. A header that could split the reply, or a content provider, makes it a 500.
  Reply write(httplib::Response& response, const Asked& asked, bool head_only) const;
  // The head of an event stream with the response's own headers.
  Reply write_stream(httplib::Response& response, const Asked& asked, std::string topic,
                     std::string backlog) const;
  // A reply with this JSON; 503 gets Retry-After: 1.
  Reply json(int status, std::string body, const Asked& asked, bool head_only) const;
  // An error of the table in error.h; written to the trouble log with `detail`.
  Reply error(std::string_view code, const Asked& asked, bool head_only,
              std::string_view detail = {}) const;

  void log(const EdgeTrouble& trouble) const;

 private:
  bool append_all_headers(const httplib::Response& response, const Asked& asked,
                          std::string& out) const;

  DefaultHeaders default_headers_;
  TroubleLog trouble_log_;
};

}  // namespace attune::bot::edge
