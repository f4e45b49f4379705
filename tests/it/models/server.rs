//! A server of language models on loopback, which fails as it is told to.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// A request.
#[derive(Clone, Debug)]
pub struct Ask {
    /// From 0, over all that the server had.
    pub number: usize,
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: Value,
    pub at: Instant,
}

/// What the server does of it.
pub enum Answer {
    Json(Value),
    Status(u16, Vec<(&'static str, String)>, String),
    /// Another type of content than JSON, with this body.
    Typed(&'static str, String),
    /// A body that is announced whole, and cut off.
    Cut(String),
    /// Nothing, and the connection is closed.
    Close,
    /// Nothing, for so long.
    Hang(Duration),
    Late(Duration, Value),
}

/// Requests come in here; those that it was told to reset aren't read.
pub struct Server {
    pub url: String,
    asks: Arc<Mutex<Vec<Ask>>>,
    most_at_once: Arc<AtomicUsize>,
}

impl Server {
    pub fn start(answer: impl Fn(&Ask) -> Answer + Send + Sync + 'static) -> Server {
        Server::resetting(&[], answer)
    }

    /// One that resets the connections of these numbers before it reads what they bring.
    pub fn resetting(
        resets: &'static [usize],
        answer: impl Fn(&Ask) -> Answer + Send + Sync + 'static,
    ) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = Server {
            url,
            asks: Arc::default(),
            most_at_once: Arc::default(),
        };
        let (asks, most) = (server.asks.clone(), server.most_at_once.clone());
        let (answer, now, count) = (
            Arc::new(answer),
            Arc::new(AtomicUsize::new(0)),
            AtomicUsize::new(0),
        );
        thread::spawn(move || {
            for stream in listener.incoming() {
                let stream = stream.unwrap();
                let connection = count.fetch_add(1, Ordering::Relaxed);
                if resets.contains(&connection) {
                    // What is closed with something unread is reset.
                    let mut byte = [0];
                    let _ = (&stream).read(&mut byte);
                    continue;
                }
                let (asks, most, now) = (asks.clone(), most.clone(), now.clone());
                let answer = answer.clone();
                thread::spawn(move || {
                    let mut reader = BufReader::new(stream.try_clone().unwrap());
                    while let Some(mut ask) = read(&mut reader) {
                        {
                            let mut asks = asks.lock().unwrap();
                            ask.number = asks.len();
                            asks.push(ask.clone());
                        }
                        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        let goes_on = give(&stream, answer(&ask));
                        now.fetch_sub(1, Ordering::SeqCst);
                        if !goes_on {
                            break;
                        }
                    }
                });
            }
        });
        server
    }

    pub fn asks(&self) -> Vec<Ask> {
        self.asks.lock().unwrap().clone()
    }

    /// The most requests that it had at once.
    pub fn most_at_once(&self) -> usize {
        self.most_at_once.load(Ordering::SeqCst)
    }
}

/// Nothing where the client is done.
fn read(reader: &mut BufReader<TcpStream>) -> Option<Ask> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else {
            break;
        };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length")?.parse().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Ask {
        number: 0,
        path,
        headers,
        body: serde_json::from_slice(&body).unwrap(),
        at: Instant::now(),
    })
}

/// Whether the connection goes on.
fn give(mut stream: &TcpStream, answer: Answer) -> bool {
    let mut respond = |status: u16, kind: &str, headers: &str, length: usize, body: &str| {
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n{headers}\r\n"
        );
        stream.write_all(format!("{head}{body}").as_bytes()).is_ok()
    };
    match answer {
        Answer::Json(body) => {
            let body = body.to_string();
            respond(200, "application/json", "", body.len(), &body)
        }
        Answer::Status(status, headers, body) => {
            let headers: String = headers
                .iter()
                .map(|(name, value)| format!("{name}: {value}\r\n"))
                .collect();
            respond(status, "application/json", &headers, body.len(), &body)
        }
        Answer::Typed(kind, body) => respond(200, kind, "", body.len(), &body),
        Answer::Cut(body) => {
            respond(200, "application/json", "", body.len() + 100, &body);
            false
        }
        Answer::Close => false,
        Answer::Hang(time) => {
            thread::sleep(time);
            false
        }
        Answer::Late(time, body) => {
            thread::sleep(time);
            let body = body.to_string();
            respond(200, "application/json", "", body.len(), &body)
        }
    }
}
